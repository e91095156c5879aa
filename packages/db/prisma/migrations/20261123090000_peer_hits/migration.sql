-- A constant default: PostgreSQL writes no row for it, however long the history is.
ALTER TABLE "metric_samples" ADD COLUMN "peer_hits" BIGINT NOT NULL DEFAULT 0;
