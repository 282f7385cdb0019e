"""What AWS has and MiniStack lacks, one module a gap. See ../gaps.py."""
