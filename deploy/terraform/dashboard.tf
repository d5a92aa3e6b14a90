# The template's, word for word; a test compares them.
resource "aws_cloudwatch_dashboard" "tickets" {
  dashboard_name = var.function_name
  dashboard_body = <<-JSON
    {"widgets": [
      {"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {
        "title": "Records by what became of them", "region": "${local.region}", "stat": "Sum", "period": 60, "stacked": true, "metrics": [
          ["TicketProcessor", "RecordsDone", "service", "ticket-processor"],
          ["TicketProcessor", "RecordsDuplicate", "service", "ticket-processor"],
          ["TicketProcessor", "RecordsStale", "service", "ticket-processor"],
          ["TicketProcessor", "RecordsIgnored", "service", "ticket-processor"],
          ["TicketProcessor", "RecordsRejected", "service", "ticket-processor"],
          ["TicketProcessor", "RecordsRetry", "service", "ticket-processor"]]}},
      {"type": "metric", "x": 12, "y": 0, "width": 12, "height": 6, "properties": {
        "title": "Messages", "region": "${local.region}", "stat": "Maximum", "period": 60, "metrics": [
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${aws_sqs_queue.tickets.name}", {"label": "waiting"}],
          ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", "${aws_sqs_queue.tickets.name}", {"label": "in hand"}],
          ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${aws_sqs_queue.dead_letters.name}", {"label": "dead letters"}]]}},
      {"type": "metric", "x": 0, "y": 6, "width": 12, "height": 6, "properties": {
        "title": "How old messages are", "region": "${local.region}", "period": 60, "metrics": [
          ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${aws_sqs_queue.tickets.name}", {"stat": "Maximum", "label": "the oldest, s"}],
          ["TicketProcessor", "QueueAge", "service", "ticket-processor", {"stat": "p95", "label": "p95 when done, ms", "yAxis": "right"}],
          ["TicketProcessor", "Freshness", "service", "ticket-processor", {"stat": "p99", "label": "p99 when settled, ms", "yAxis": "right"}]]}},
      {"type": "metric", "x": 12, "y": 6, "width": 12, "height": 6, "properties": {
        "title": "Invocations", "region": "${local.region}", "stat": "Sum", "period": 60, "metrics": [
          ["AWS/Lambda", "Invocations", "FunctionName", "${aws_lambda_function.tickets.function_name}"],
          ["AWS/Lambda", "Errors", "FunctionName", "${aws_lambda_function.tickets.function_name}"],
          ["AWS/Lambda", "Throttles", "FunctionName", "${aws_lambda_function.tickets.function_name}"],
          ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", "${aws_lambda_function.tickets.function_name}", {"stat": "Maximum"}],
          ["TicketProcessor", "ColdStart", "service", "ticket-processor", "function_name", "${aws_lambda_function.tickets.function_name}"]]}},
      {"type": "metric", "x": 0, "y": 12, "width": 12, "height": 6, "properties": {
        "title": "How long a batch takes", "region": "${local.region}", "period": 60, "metrics": [
          ["AWS/Lambda", "Duration", "FunctionName", "${aws_lambda_function.tickets.function_name}", {"stat": "p50"}],
          ["AWS/Lambda", "Duration", "FunctionName", "${aws_lambda_function.tickets.function_name}", {"stat": "Maximum"}],
          ["TicketProcessor", "ModelLoadTime", "service", "ticket-processor", {"stat": "Maximum"}],
          ["TicketProcessor", "ModelLoadFailures", "service", "ticket-processor", {"stat": "Sum", "yAxis": "right"}],
          ["TicketProcessor", "BatchSize", "service", "ticket-processor", {"stat": "Average", "yAxis": "right"}]]}},
      {"type": "metric", "x": 12, "y": 12, "width": 12, "height": 6, "properties": {
        "title": "Results that need a look", "region": "${local.region}", "stat": "Sum", "period": 3600, "metrics": [
          [{"expression": "IF(done > 0, 100 * review / done, 0)", "label": "percent", "yAxis": "right"}],
          ["TicketProcessor", "NeedsReview", "service", "ticket-processor", {"id": "review"}],
          ["TicketProcessor", "RecordsDone", "service", "ticket-processor", {"id": "done"}],
          ["TicketProcessor", "Truncations", "service", "ticket-processor"]]}},
      {"type": "metric", "x": 0, "y": 18, "width": 12, "height": 6, "properties": {
        "title": "A ticket's share of each stage, p95", "region": "${local.region}", "stat": "p95", "period": 300, "metrics": [
          ["TicketProcessor", "RedactLatency", "service", "ticket-processor"],
          ["TicketProcessor", "EmbedLatency", "service", "ticket-processor"],
          ["TicketProcessor", "IntentLatency", "service", "ticket-processor"],
          ["TicketProcessor", "UrgencyLatency", "service", "ticket-processor"],
          ["TicketProcessor", "SentimentLatency", "service", "ticket-processor"],
          ["TicketProcessor", "SummarizeLatency", "service", "ticket-processor"],
          ["TicketProcessor", "ExtractLatency", "service", "ticket-processor"]]}},
      {"type": "metric", "x": 12, "y": 18, "width": 12, "height": 6, "properties": {
        "title": "How sure labels are, mean", "region": "${local.region}", "stat": "Average", "period": 3600, "metrics": [
          ["TicketProcessor", "IntentConfidence", "service", "ticket-processor"],
          ["TicketProcessor", "UrgencyConfidence", "service", "ticket-processor"],
          ["TicketProcessor", "SentimentConfidence", "service", "ticket-processor"],
          ["TicketProcessor", "LanguageConfidence", "service", "ticket-processor"]]}}
    ]}
  JSON
}
