# What the operator may do with the sides that are in its own account.
data "aws_iam_policy_document" "sides" {
  count = length(local.sides) > 0 ? 1 : 0

  statement {
    sid       = "Services"
    actions   = ["ecs:DescribeServices", "ecs:TagResource", "ecs:UpdateService"]
    resources = local.sides[*].service_arn
  }

  statement {
    sid       = "Revisions"
    actions   = ["ecs:RegisterTaskDefinition"]
    resources = local.sides[*].task_definitions_arn
  }

  # A revision has the tags of what it is based on, and tagging as something is made needs this too (ECS
  # Developer Guide, "Grant permission to tag resources on creation").
  statement {
    sid       = "TagsOfRevisions"
    actions   = ["ecs:TagResource"]
    resources = local.sides[*].task_definitions_arn

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterTaskDefinition"]
    }
  }

  statement {
    sid       = "RolesOfTasks"
    actions   = ["iam:PassRole"]
    resources = distinct(flatten(local.sides[*].passed_role_arns))

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "Tasks"
    actions   = ["ecs:DescribeTasks"]
    resources = local.sides[*].tasks_arn
  }

  # ListTasks knows no tasks or services as resources, only the cluster as a condition.
  statement {
    sid       = "TasksOfClusters"
    actions   = ["ecs:ListTasks"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = local.sides[*].cluster_arn
    }
  }

  # None of these has permissions by resource (Service Authorization Reference).
  statement {
    sid = "Reading"
    actions = concat(
      [
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      var.metrics ? ["cloudwatch:GetMetricData"] : [],
    )
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = length(local.log_group_arns) > 0 ? [local.log_group_arns] : []

    content {
      sid       = "Logs"
      actions   = ["logs:FilterLogEvents"]
      resources = statement.value
    }
  }
}
