# What the ECS agent of an instance may do: join this cluster and serve it. Images are pulled and logs
# written with the execution roles of the tasks.

data "aws_iam_policy_document" "instances_trust" {
  count = var.instances == null ? 0 : 1

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "instances" {
  count = var.instances == null ? 0 : 1

  statement {
    sid = "Cluster"
    actions = [
      "ecs:DeregisterContainerInstance",
      "ecs:RegisterContainerInstance",
      "ecs:SubmitAttachmentStateChanges",
      "ecs:SubmitContainerStateChange",
      "ecs:SubmitTaskStateChange",
    ]
    resources = [aws_ecs_cluster.this.arn]
  }

  statement {
    sid       = "Serve"
    actions   = ["ecs:Poll", "ecs:StartTelemetrySession"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [aws_ecs_cluster.this.arn]
    }
  }

  statement {
    sid       = "Endpoint"
    actions   = ["ecs:DiscoverPollEndpoint"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "instances" {
  count = var.instances == null ? 0 : 1

  name_prefix        = "${var.cluster_name}-"
  assume_role_policy = data.aws_iam_policy_document.instances_trust[0].json
}

resource "aws_iam_role_policy" "instances" {
  count = var.instances == null ? 0 : 1

  role   = aws_iam_role.instances[0].id
  policy = data.aws_iam_policy_document.instances[0].json
}

resource "aws_iam_instance_profile" "instances" {
  count = var.instances == null ? 0 : 1

  name_prefix = "${var.cluster_name}-"
  role        = aws_iam_role.instances[0].name
}
