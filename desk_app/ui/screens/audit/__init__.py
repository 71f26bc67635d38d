"""The auditor's page: the trail, searched, verified and exported."""
