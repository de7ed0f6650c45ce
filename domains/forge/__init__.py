"""Work for freelancers: jobs, contracts, and money that waits until the work is done."""
