"""Every sentence of a published night, held against payload and raw deliveries; none of the pipeline's code."""
