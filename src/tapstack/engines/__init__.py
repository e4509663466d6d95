"""Engines turn a plan into artifacts of CloudFormation or Terraform, one file per component in each.

Engines never know each other; whoever needs one takes it from an explicit table.
"""
