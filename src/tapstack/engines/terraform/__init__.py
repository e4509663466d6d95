"""The Terraform engine: components write Terraform's own JSON in plain Python, in the layout that CDKTF made.

`modules.build` is the pure half: a fleet and its plan in, one root module per shape out, the same bytes in every
region. `assembly` puts them into folders that `terraform` and `cdktn` run, with a backend and variables of each region.
"""
