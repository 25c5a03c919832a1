// Every action of the page, once. Menus, tooltips, the command palette, the list of shortcuts and the
// key map are all made from this table.
import { editActions } from './edit';
import { fileActions } from './file';
import { mixActions } from './mix';
import { practiceActions } from './practice';
import { rollActions } from './roll';
import { streamActions } from './stream';
import { transportActions } from './transport';
import type { Action } from './types';
import { viewActions } from './view';

export const ACTIONS: readonly Action[] = [
  ...transportActions,
  ...editActions,
  ...rollActions,
  ...mixActions,
  ...fileActions,
  ...viewActions,
  ...practiceActions,
  ...streamActions,
];

const byId = new Map(ACTIONS.map((action) => [action.id, action]));

export function actionById(id: string): Action {
  const action = byId.get(id);
  if (!action) throw new Error(`There is no action ${id}`);
  return action;
}
