output "raw_bucket" {
  description = "Put tickets here."
  value       = aws_s3_bucket.raw.id
}

output "enriched_bucket" {
  description = "Results are here."
  value       = aws_s3_bucket.enriched.id
}

output "table" {
  description = "The committed row of each ticket."
  value       = aws_dynamodb_table.tickets.name
}

output "queue_url" {
  description = "TICKETS_QUEUE_URL for the operator's commands."
  value       = aws_sqs_queue.tickets.url
}

output "queue_arn" {
  description = "For senders other than S3."
  value       = aws_sqs_queue.tickets.arn
}

output "dead_letter_queue_url" {
  description = "TICKETS_DLQ_URL for the operator's commands."
  value       = aws_sqs_queue.dead_letters.url
}

output "function_arn" {
  description = "The function."
  value       = aws_lambda_function.tickets.arn
}

output "alarm_topic_arn" {
  description = "Subscribe to be told of alarms."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "What is going on."
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards:name=${var.function_name}"
}

output "survives_an_outage_of" {
  description = "Seconds for which a store may be down before messages go to the dead-letter queue, about."
  value       = "${var.max_receive_count} x ${local.visibility}"
}

output "worker_role_arn" {
  description = "For the annotation of the workers' ServiceAccount; null without oidc_provider_arn."
  value       = one(aws_iam_role.worker[*].arn)
}

output "repository_urls" {
  description = "Where the images are pushed to."
  value       = { for name, one in aws_ecr_repository.images : name => one.repository_url }
}
