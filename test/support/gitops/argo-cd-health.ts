import fengari, { type LuaState } from 'fengari';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';

const { lua, lauxlib, lualib, to_luastring: text } = fengari;

/** What a health script of Argo CD returns. */
export interface ArgoHealth {
  status: string;
  message: string;
}

/**
 * Runs a health script as Argo CD does: the object is the global `obj`, all its numbers are doubles, and there are no
 * libraries but the base one and `table`. Throws with Lua's own words where the script fails, or returns something else than
 * a table with two texts.
 */
export function argoHealth(script: string, object: KubernetesObject): ArgoHealth {
  const state = lauxlib.luaL_newstate();
  try {
    lauxlib.luaL_requiref(state, text('_G'), lualib.luaopen_base, true);
    lauxlib.luaL_requiref(state, text('table'), lualib.luaopen_table, true);
    push(state, object);
    lua.lua_setglobal(state, text('obj'));
    const failed = lauxlib.luaL_loadstring(state, text(script)) || lua.lua_pcall(state, 0, 1, 0);
    if (failed !== lua.LUA_OK) throw new Error(`the script fails: ${lua.lua_tojsstring(state, -1)}`);
    if (lua.lua_type(state, -1) !== lua.LUA_TTABLE) throw new Error('the script returns no table');
    return { status: textAt(state, 'status'), message: textAt(state, 'message') };
  } finally {
    lua.lua_close(state);
  }
}

function push(state: LuaState, value: unknown): void {
  if (typeof value === 'string') lua.lua_pushstring(state, text(value));
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value);
  else if (typeof value === 'number') lua.lua_pushnumber(state, value);
  else if (Array.isArray(value)) {
    lua.lua_createtable(state, value.length, 0);
    value.forEach((item, at) => (push(state, item), lua.lua_seti(state, -2, at + 1)));
  } else if (value !== null && typeof value === 'object') {
    lua.lua_createtable(state, 0, 0);
    for (const [name, item] of Object.entries(value)) {
      push(state, item);
      lua.lua_setfield(state, -2, text(name));
    }
  } else lua.lua_pushnil(state);
}

function textAt(state: LuaState, name: string): string {
  lua.lua_getfield(state, -1, text(name));
  const found = lua.lua_tojsstring(state, -1);
  lua.lua_pop(state, 1);
  if (found === null) throw new Error(`the script returns no text in ${name}`);
  return found;
}
