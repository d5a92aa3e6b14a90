resource "aws_lambda_function" "tickets" {
  #checkov:skip=CKV_AWS_115:concurrency is bounded at the event source; reserved concurrency throttles polls, which uses up receives
  #checkov:skip=CKV_AWS_116:it is for asynchronous invocations; the queue has a dead-letter queue, and so has every record we refuse
  #checkov:skip=CKV_AWS_117:it talks to S3, SQS and DynamoDB only; a VPC is the account's choice (docs/deploying.md)
  #checkov:skip=CKV_AWS_173:kms_key_arn sets a key of yours; Lambda encrypts its variables without one
  #checkov:skip=CKV_AWS_272:code signing is for zip archives; an image is named by its digest
  function_name = var.function_name
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.cpu_variant == "arm64" ? "arm64" : "x86_64"]
  memory_size   = var.memory_mb
  timeout       = var.timeout_seconds
  role          = aws_iam_role.function.arn
  kms_key_arn   = local.key

  # Ours, since an image made by Flox has an entry point that cannot start on Lambda.
  image_config {
    entry_point = ["ticket-processor-lambda"]
    command     = ["handler.entry.lambda_handler"]
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "Text" # as the template: our lines are JSON already
    log_group  = aws_cloudwatch_log_group.function.name
  }

  environment {
    variables = merge({
      TICKETS_RAW_BUCKET       = aws_s3_bucket.raw.id
      TICKETS_ENRICHED_BUCKET  = aws_s3_bucket.enriched.id
      TICKETS_TABLE            = aws_dynamodb_table.tickets.name
      TICKETS_QUEUE_URL        = aws_sqs_queue.tickets.url
      TICKETS_DLQ_URL          = aws_sqs_queue.dead_letters.url
      TICKETS_PROFILE          = var.profile
      TICKETS_CPU_VARIANT      = var.cpu_variant
      TICKETS_PIPELINE_VERSION = tostring(var.pipeline_version)
      TICKETS_PII              = var.pii
      TICKETS_ON_PARTIAL       = var.on_partial
      TICKETS_ON_DEADLINE      = var.on_deadline
      TICKETS_LOG_LEVEL        = var.log_level
    }, var.payload_bucket_name == "" ? {} : { TICKETS_PAYLOAD_BUCKET = var.payload_bucket_name })
  }

  depends_on = [aws_iam_role_policy.function]
}

resource "aws_lambda_event_source_mapping" "tickets" { # no filter: SQS deletes what does not match
  event_source_arn                   = aws_sqs_queue.tickets.arn
  function_name                      = aws_lambda_function.tickets.arn
  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batch_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}

resource "aws_cloudwatch_log_group" "function" { # no ticket's text is ever logged
  #checkov:skip=CKV_AWS_158:kms_key_arn sets a key of yours; CloudWatch encrypts without one
  #checkov:skip=CKV_AWS_338:log_retention_days says for how long; a year of lines that name tickets is more than is needed
  name              = "/aws/lambda/${var.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.key
}
