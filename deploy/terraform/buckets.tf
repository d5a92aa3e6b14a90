# Where tickets come in, and where results go. Neither is destroyed by this module.
resource "aws_s3_bucket" "raw" {
  #checkov:skip=CKV_AWS_18:who read which object is CloudTrail's data events to say, which an account sets up once for all buckets
  #checkov:skip=CKV_AWS_144:a copy in another region is the account's choice; versions are kept
  #checkov:skip=CKV_AWS_145:kms_key_arn sets a key of yours; S3's own keys encrypt without one
  #checkov:skip=CKV2_AWS_62:events go where tickets are processed: of the raw bucket to the queue, of results nowhere
  bucket = local.raw_bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "raw" {
  bucket = aws_s3_bucket.raw.id

  rule {
    bucket_key_enabled = local.key == null ? null : true

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = local.key
    }
  }
}

resource "aws_s3_bucket_public_access_block" "raw" {
  bucket                  = aws_s3_bucket.raw.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "raw" {
  bucket = aws_s3_bucket.raw.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "raw" {
  bucket = aws_s3_bucket.raw.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "raw" {
  bucket = aws_s3_bucket.raw.id

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "raw_bucket" {
  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.raw.arn, "${aws_s3_bucket.raw.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "raw" {
  bucket = aws_s3_bucket.raw.id
  policy = data.aws_iam_policy_document.raw_bucket.json
}

resource "aws_s3_bucket_notification" "raw" {
  bucket     = aws_s3_bucket.raw.id
  depends_on = [aws_sqs_queue_policy.tickets] # S3 asks the queue whether it may send, when the notification is set

  queue {
    queue_arn = aws_sqs_queue.tickets.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_s3_bucket" "enriched" { # never the raw one: its own events would come back as tickets
  #checkov:skip=CKV_AWS_18:who read which object is CloudTrail's data events to say, which an account sets up once for all buckets
  #checkov:skip=CKV_AWS_144:a copy in another region is the account's choice; versions are kept
  #checkov:skip=CKV_AWS_145:kms_key_arn sets a key of yours; S3's own keys encrypt without one
  #checkov:skip=CKV2_AWS_62:events go where tickets are processed: of the raw bucket to the queue, of results nowhere
  bucket = local.enriched_bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "enriched" {
  bucket = aws_s3_bucket.enriched.id

  rule {
    bucket_key_enabled = local.key == null ? null : true

    apply_server_side_encryption_by_default {
      sse_algorithm     = local.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = local.key
    }
  }
}

resource "aws_s3_bucket_public_access_block" "enriched" {
  bucket                  = aws_s3_bucket.enriched.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "enriched" {
  bucket = aws_s3_bucket.enriched.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "enriched" {
  bucket = aws_s3_bucket.enriched.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "enriched" {
  bucket = aws_s3_bucket.enriched.id

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "enriched_bucket" {
  statement {
    sid       = "OnlyOverTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.enriched.arn, "${aws_s3_bucket.enriched.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "enriched" {
  bucket = aws_s3_bucket.enriched.id
  policy = data.aws_iam_policy_document.enriched_bucket.json
}
