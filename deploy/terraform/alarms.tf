resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:AWS's own key for SNS would keep CloudWatch from publishing; kms_key_arn sets one of yours
  name              = "${var.function_name}-alarms"
  kms_master_key_id = local.key
}

resource "aws_sns_topic_subscription" "email" {
  count     = var.alarm_email == "" ? 0 : 1
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.function_name}-dead-letters"
  alarm_description   = "Messages that could not be processed lie in the dead-letter queue. `ticket-processor dlq list` says why. docs/runbook.md#dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  alarm_name          = "${var.function_name}-oldest-message"
  alarm_description   = "Tickets wait for too long. Raise maximum_concurrency, or look for an outage in the function's log. docs/runbook.md#oldest-message"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.tickets.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  threshold           = var.oldest_message_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.function_name}-errors"
  alarm_description   = "The function raised, timed out or ran out of memory. A line `cannot start`, or the outage, is in its log. docs/runbook.md#errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.tickets.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  alarm_name          = "${var.function_name}-throttles"
  alarm_description   = "The account's concurrency is used up. Throttled polls use up receives, so tickets may be dead-lettered. docs/runbook.md#throttles"
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = aws_lambda_function.tickets.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name          = "${var.function_name}-duration"
  alarm_description   = "A batch took more than 80% of the timeout. Raise timeout_seconds or memory_mb, or lower batch_size. docs/runbook.md#duration"
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  dimensions          = { FunctionName = aws_lambda_function.tickets.function_name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = local.timing.duration_alarm_ms
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "review_rate" {
  alarm_name          = "${var.function_name}-review-rate"
  alarm_description   = "Many results need a person's look. The taxonomy may not fit any more what customers write. docs/runbook.md#review-rate"
  evaluation_periods  = 1
  threshold           = var.review_rate_percent
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "rate"
    label       = "results that need a look, in percent"
    expression  = "IF(done >= 20, 100 * review / done, 0)"
    return_data = true
  }

  metric_query {
    id          = "review"
    return_data = false

    metric {
      namespace   = "TicketProcessor"
      metric_name = "NeedsReview"
      dimensions  = { service = "ticket-processor" }
      period      = 3600
      stat        = "Sum"
    }
  }

  metric_query {
    id          = "done"
    return_data = false

    metric {
      namespace   = "TicketProcessor"
      metric_name = "RecordsDone"
      dimensions  = { service = "ticket-processor" }
      period      = 3600
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "freshness" {
  alarm_name          = "${var.function_name}-freshness"
  alarm_description   = "More than 1% of the tickets were settled later than 300 s after they were sent. docs/runbook.md#freshness"
  namespace           = "TicketProcessor"
  metric_name         = "Freshness"
  dimensions          = { service = "ticket-processor" }
  extended_statistic  = "p99"
  period              = 300
  evaluation_periods  = 3
  threshold           = 300000 # milliseconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "model_loads" {
  alarm_name          = "${var.function_name}-model-loads"
  alarm_description   = "A model cannot be loaded. Its files are not those of the lock, or the memory is too small. docs/runbook.md#model-loads"
  namespace           = "TicketProcessor"
  metric_name         = "ModelLoadFailures"
  dimensions          = { service = "ticket-processor" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
