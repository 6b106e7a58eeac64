"""The scheduler, compared with a naive model: one object per run, linear scans everywhere."""
