"""Takes away, one at a time, what check.py looks for, and sees that it is missed.

    python -m unittest discover -s terraform -p '*_test.py'
"""

import pathlib
import shutil
import tempfile
import unittest

import check

HERE = pathlib.Path(__file__).parent


def problems_after(file: str, old: str, new: str) -> list[str]:
    """The problems of a copy of one file in which `old` is replaced by `new`, once."""
    source = (HERE / file).read_text(encoding="utf-8")
    if old not in source:
        raise AssertionError(f"{file} does not hold {old!r}")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / file
        copy.parent.mkdir(parents=True)
        copy.write_text(source.replace(old, new, 1), encoding="utf-8")
        return check.check_file(copy)


class Check(unittest.TestCase):
    def found(self, file: str, old: str, new: str, problem: str) -> None:
        self.assertIn(problem, "\n".join(problems_after(file, old, new)))

    def test_the_files_as_they_are_have_no_problems(self) -> None:
        self.assertEqual(check.check(HERE), [])

    def test_each_change_that_the_operator_makes_must_be_ignored(self) -> None:
        for change in check.OPERATOR_OWNS:
            with self.subTest(change):
                self.found("modules/side/main.tf", f"      {change},\n", "", f"{change} is not ignored")

    def test_what_a_side_keeps_must_be_ignored(self) -> None:
        for change in check.SIDE_KEEPS:
            with self.subTest(change):
                self.found("modules/side/main.tf", f"      {change},\n", "", f"{change} is not ignored")
        self.found("modules/side/main.tf", "self.launch_type", "self.name", "instances is not refused")

    def test_a_service_that_starts_its_tasks_anew_is_found(self) -> None:
        self.found(
            "modules/side/main.tf",
            "  enable_ecs_managed_tags ",
            "  force_new_deployment = true\n  enable_ecs_managed_tags ",
            "start its tasks anew",
        )

    def test_a_record_in_a_cluster_module_is_found(self) -> None:
        record = 'resource "aws_route53_record" "app" {\n  name = "rainbow.example.com"\n}\n\nresource "aws_lb" "this" {'
        self.found(
            "modules/side/load-balancer.tf", 'resource "aws_lb" "this" {', record, "there is a DNS record"
        )

    def test_a_wildcard_among_actions_is_found(self) -> None:
        self.found(
            "modules/operator/policy.tf", '"route53:GetChange"', '"route53:*"', "route53:* has a wildcard"
        )
        self.found(
            "modules/operator/policy-sides.tf",
            '"ecs:ListTaskDefinitions"',
            '"ecs:*"',
            "ecs:* has a wildcard",
        )

    def test_an_action_on_every_resource_is_found(self) -> None:
        self.found(
            "modules/operator/policy-sides.tf",
            "resources = local.sides[*].service_arn",
            'resources = ["*"]',
            "ecs:UpdateService is allowed on every resource",
        )

    def test_each_condition_is_missed(self) -> None:
        for file, test, key in [
            ("modules/operator/policy-sides.tf", "StringEquals", "iam:PassedToService"),
            ("modules/operator/policy-sides.tf", "ArnEquals", "ecs:cluster"),
            ("modules/side/instances-role.tf", "ArnEquals", "ecs:cluster"),
            *(
                ("modules/operator/policy.tf", "ForAllValues:StringEquals", key)
                for key in check.NEEDED_CONDITIONS["route53:ChangeResourceRecordSets"]
            ),
        ]:
            with self.subTest(key):
                self.found(file, f'variable = "{key}"', 'variable = "aws:username"', f"condition on {key}")

    def test_a_table_that_could_be_lost_is_found(self) -> None:
        for old, new, problem in [
            ("deletion_protection_enabled = true", "deletion_protection_enabled = false", "can be deleted"),
            ("enabled = true\n  }", "enabled = false\n  }", "can't be restored"),
            ("prevent_destroy = true", "prevent_destroy = false", "destroyed with its configuration"),
        ]:
            with self.subTest(problem):
                self.found("modules/operator/table.tf", old, new, problem)

    def test_a_load_balancer_without_protection_or_tls_is_found(self) -> None:
        for module in ("side/load-balancer.tf", "operator/service-load-balancer.tf"):
            with self.subTest(module):
                file = f"modules/{module}"
                self.found(file, "  enable_deletion_protection =", "  enable_http2 =", "can be deleted")
                self.found(file, '"HTTPS"\n  ssl_policy', '"HTTP"\n  ssl_policy', "does more than redirect")

    def test_an_undescribed_output_is_found(self) -> None:
        self.found(
            "modules/side/outputs.tf",
            '  description = "The side\'s load balancer."\n',
            "",
            "output load_balancer_arn has no description",
        )

    def test_a_lost_module_and_a_lost_service_are_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "terraform"
            shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
            shutil.rmtree(copy / "modules" / "network")
            (copy / "modules" / "side" / "main.tf").unlink()
            self.assertEqual(
                check.check(copy),
                ["network: there is no such module", "side: there is no service"],
            )


if __name__ == "__main__":
    unittest.main()
