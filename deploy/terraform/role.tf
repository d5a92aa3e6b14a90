data "aws_iam_policy_document" "assumed_by_lambda" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  assume_role_policy = data.aws_iam_policy_document.assumed_by_lambda.json
}

# Each action is one that the code or Lambda's poller calls, on the one resource that it is called on.
data "aws_iam_policy_document" "function" {
  #checkov:skip=CKV_AWS_111:the one resource "*" is X-Ray's, which knows no other for these two actions
  #checkov:skip=CKV_AWS_356:as above
  statement {
    sid       = "ReadTickets"
    effect    = "Allow"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${aws_s3_bucket.raw.arn}/*"]
  }

  statement {
    sid       = "TellAMissingTicketFromAForbiddenOne"
    effect    = "Allow"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.raw.arn]
  }

  statement {
    sid       = "WriteResults"
    effect    = "Allow"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.enriched.arn}/*"]
  }

  statement {
    sid       = "CommitRows"
    effect    = "Allow"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [aws_dynamodb_table.tickets.arn]
  }

  statement {
    sid       = "PollTheQueue"
    effect    = "Allow"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.tickets.arn]
  }

  statement {
    sid       = "DeadLetter"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
  }

  statement {
    sid       = "Log"
    effect    = "Allow"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
  }

  statement {
    sid       = "Trace" # X-Ray knows no resources for these two
    effect    = "Allow"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = local.key == null ? [] : [local.key]

    content {
      sid       = "UseTheKey"
      effect    = "Allow"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.payload_bucket_name == "" ? [] : [var.payload_bucket_name]

    content {
      sid       = "ReadPayloads"
      effect    = "Allow"
      actions   = ["s3:GetObject"]
      resources = ["arn:${local.partition}:s3:::${statement.value}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.payload_bucket_name == "" ? [] : [var.payload_bucket_name]

    content {
      sid       = "TellAMissingPayload"
      effect    = "Allow"
      actions   = ["s3:ListBucket"]
      resources = ["arn:${local.partition}:s3:::${statement.value}"]
    }
  }
}

resource "aws_iam_role_policy" "function" {
  name   = "tickets"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}
