"""S3 and DynamoDB, and a memory that behaves like them."""
