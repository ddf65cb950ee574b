"""Takes away, one at a time, what check_instances.py looks for, and sees that it is missed.

    python -m unittest discover -s terraform -p '*_test.py'
"""

import unittest

from check_test import problems_after

INSTANCE = "modules/side/instances.tf"
GROUP = "modules/side/instances-group.tf"
ROLE = "modules/side/instances-role.tf"


class CheckInstances(unittest.TestCase):
    def missed(self, file: str, cases: list[tuple[str, str, str]]) -> None:
        for old, new, problem in cases:
            with self.subTest(problem):
                self.assertIn(problem, "\n".join(problems_after(file, old, new)))

    def test_a_role_that_tasks_can_reach_is_found(self) -> None:
        self.missed(
            INSTANCE,
            [
                ('"required"', '"optional"', "without a token"),
                ("hop_limit = 1", "hop_limit = 2", "further than the instance"),
                ("BLOCK_IMDS=true", "BLOCK_IMDS=false", "tasks can ask"),
                ("  metadata_options {", "  maintenance_options {", "without a token"),
            ],
        )

    def test_a_disk_that_is_not_encrypted_is_found(self) -> None:
        for old, new in [
            ("encrypted   = true", "encrypted   = false"),
            ("      encrypted   = true\n", ""),
            ("  block_device_mappings {", "  maintenance_options {"),
        ]:
            self.missed(INSTANCE, [(old, new, "a disk is not encrypted")])

    def test_a_group_that_an_apply_could_empty_is_found(self) -> None:
        self.missed(
            GROUP,
            [
                ("protect_from_scale_in = true", "protect_from_scale_in = false", "a smaller group"),
                ("[desired_capacity]", "[load_balancers]", "desired_capacity is not ignored"),
                ("  lifecycle {", "  instance_refresh {\n  }\n\n  lifecycle {", "instance_refresh ends"),
                ("  min_size ", "  max_instance_lifetime = 86400\n  min_size ", "max_instance_lifetime ends"),
                ("  min_size ", "  force_delete = true\n  min_size ", "force_delete ends"),
                ('"AmazonECSManaged"', '"Managed"', "the tag AmazonECSManaged"),
                ("aws_iam_role_policy.instances, ", "", "aws_iam_role_policy.instances can go"),
                (
                    ", aws_vpc_security_group_egress_rule.from_instances]",
                    "]",
                    "aws_vpc_security_group_egress_rule.from_instances can go",
                ),
            ],
        )

    def test_a_provider_that_ends_instances_with_tasks_is_found(self) -> None:
        self.missed(
            GROUP,
            [
                (f'{name} = "ENABLED"', f'{name} = "DISABLED"', problem)
                for name, problem in [
                    ("managed_termination_protection", "managed_termination_protection is not enabled"),
                    ("managed_draining      ", "managed_draining is not enabled"),
                    ("status         ", "ECS does not size the group"),
                ]
            ],
        )

    def test_a_connection_to_an_instance_is_found(self) -> None:
        rule = (
            'resource "aws_vpc_security_group_ingress_rule" "shell" {\n'
            "  security_group_id = aws_security_group.instances[0].id\n}\n\n"
            'resource "aws_security_group" "tasks" {'
        )
        self.missed(
            "modules/side/security-groups.tf",
            [('resource "aws_security_group" "tasks" {', rule, "connect to an instance")],
        )

    def test_a_wildcard_among_actions_and_one_that_goes_too_far_are_found(self) -> None:
        self.missed(
            ROLE,
            [
                ('"ecs:SubmitTaskStateChange"', '"ecs:Submit*"', "ecs:Submit* has a wildcard"),
                (
                    "resources = [aws_ecs_cluster.this.arn]",
                    'resources = ["*"]',
                    "ecs:RegisterContainerInstance is allowed on every resource",
                ),
            ],
        )


if __name__ == "__main__":
    unittest.main()
