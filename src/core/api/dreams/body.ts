import type { DreamId, MemoryStoreId } from '../../ids.ts';

export type DreamStatus = 'pending' | 'running' | 'completed' | 'failed' | 'canceled';
export type DreamErrorType =
  | 'timeout'
  | 'internal_error'
  | 'input_memory_store_too_large'
  | 'input_memory_store_unavailable'
  | 'input_session_unavailable';
export type OutputBehavior = { type: 'create_new' } | { type: 'update_existing'; memory_store_id: string };

export interface DreamUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

export interface DreamBody {
  id: DreamId;
  type: 'dream';
  status: DreamStatus;
  inputs: [{ type: 'memory_store'; memory_store_id: string }, { type: 'sessions'; session_ids: string[] }];
  outputs: { type: 'memory_store'; memory_store_id: MemoryStoreId }[];
  model: { id: string; speed: 'standard' };
  instructions: string | null;
  output_behavior: OutputBehavior;
  /** The server dreams without a session of its own. */
  session_id: null;
  usage: DreamUsage;
  error: { type: DreamErrorType; message: string } | null;
  created_at: string;
  ended_at: string | null;
  archived_at: string | null;
  hidden: {
    /** Which server dreams it, and until when it is to be left alone, milliseconds. Each take-over counts one up. */
    epoch: number;
    leased_until: number;
    /** The store written into while it runs; null for a new one. Lets a second one be refused. */
    holds: string | null;
  };
}

export function isFinal(status: DreamStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'canceled';
}
