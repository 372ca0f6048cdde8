export { type Script, type ScriptedFault, type ScriptedTurn, scriptedModel } from './model.ts';
