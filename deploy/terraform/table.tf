resource "aws_dynamodb_table" "tickets" { # the committed row of each ticket
  #checkov:skip=CKV_AWS_119:kms_key_arn sets a key of yours; AWS's managed one, which CloudTrail shows, encrypts without it
  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "ticket_id"
  range_key                   = "created_at"
  deletion_protection_enabled = var.deletion_protection

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = local.key
  }

  attribute {
    name = "ticket_id"
    type = "S"
  }

  attribute {
    name = "created_at"
    type = "N"
  }

  attribute {
    name = "intent"
    type = "S"
  }

  attribute {
    name = "urgency"
    type = "S"
  }

  global_secondary_index {
    name               = "by-intent"
    hash_key           = "intent"
    range_key          = "created_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["subject", "urgency", "sentiment", "summary", "needs_review", "processed_at", "s3_key"]
  }

  global_secondary_index {
    name               = "by-urgency"
    hash_key           = "urgency"
    range_key          = "created_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["subject", "intent", "sentiment", "summary", "needs_review", "processed_at", "s3_key"]
  }

  lifecycle {
    prevent_destroy = true
  }
}
