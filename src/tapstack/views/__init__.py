"""What a person or a script sees: text, JSON, SARIF. Views turn data into words and know no verb."""
