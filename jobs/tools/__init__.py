"""What a worker opens: encoders, models, the report writer; ``registry`` names them all."""
