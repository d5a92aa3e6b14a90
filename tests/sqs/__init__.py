"""SQS: what its messages look like, and its queues."""
