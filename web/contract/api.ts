export interface components {
  schemas: {
    ProjectInfo: { id: string; title: string; revision: number; created: string; updated: string };
    ProjectList: { projects: components['schemas']['ProjectInfo'][] };
    ProjectFull: components['schemas']['ProjectInfo'] & { document: unknown };
    SoundfontInfo: { id: string; name: string; presets: { bank: number; program: number; name: string }[] };
    NewJob: {
      kind: string;
      blob?: string;
      project?: string;
      document?: Record<string, unknown>;
      settings?: { format?: string; rate?: number; soundfont?: string };
    };
    JobInfo: {
      id: string;
      kind: string;
      state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
      progress: number;
      sentence: string;
      created: string;
      updated: string;
      result?: { url: string; type: string; name: string; size: number; sha256: string };
      error?: { code: string; message: string; next: string };
    };
    Problem: { type: string; title: string; status: number; detail: string; code: string; next: string };
  };
}
