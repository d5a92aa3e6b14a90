# The role of workers on EKS, which deploy/kubernetes' ServiceAccount is annotated with; docs/kubernetes.md has its rights.
locals {
  workers = var.oidc_provider_arn == "" ? 0 : 1
  issuer  = join("/", slice(split("/", "${var.oidc_provider_arn}/"), 1, length(split("/", "${var.oidc_provider_arn}/")) - 1))
}

data "aws_iam_policy_document" "assumed_by_workers" {
  count = local.workers

  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${var.service_account}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  count              = local.workers
  name               = "${var.function_name}-worker"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_workers[0].json
}

data "aws_iam_policy_document" "worker" {
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
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.tickets.arn]
  }

  statement {
    sid       = "DeadLetter"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
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

resource "aws_iam_role_policy" "worker" {
  count  = local.workers
  name   = "tickets"
  role   = aws_iam_role.worker[0].id
  policy = data.aws_iam_policy_document.worker.json
}
