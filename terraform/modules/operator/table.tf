# Every decision is in the table: it is the record of who released what and why. Neither a destroyed
# configuration nor a mistaken call deletes it, and it can be restored to any second of the last 35 days.
resource "aws_dynamodb_table" "this" {
  count = var.table == null ? 1 : 0

  name                        = "verdigris"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = true

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}
