/** As much of Fengari, a Lua in JavaScript, as the tests use. Its own package has no types. */
declare module 'fengari' {
  export interface LuaState {
    readonly __luaState: unique symbol;
  }
  type LuaFunction = (state: LuaState) => number;
  const fengari: {
    to_luastring(text: string): Uint8Array;
    lua: {
      LUA_OK: number;
      LUA_TTABLE: number;
      lua_createtable(state: LuaState, items: number, fields: number): void;
      lua_close(state: LuaState): void;
      lua_getfield(state: LuaState, index: number, name: Uint8Array): number;
      lua_pcall(state: LuaState, args: number, results: number, handler: number): number;
      lua_pop(state: LuaState, count: number): void;
      lua_pushboolean(state: LuaState, value: boolean): void;
      lua_pushnil(state: LuaState): void;
      lua_pushnumber(state: LuaState, value: number): void;
      lua_pushstring(state: LuaState, value: Uint8Array): void;
      lua_setfield(state: LuaState, index: number, name: Uint8Array): void;
      lua_setglobal(state: LuaState, name: Uint8Array): void;
      lua_seti(state: LuaState, index: number, at: number): void;
      lua_tojsstring(state: LuaState, index: number): string | null;
      lua_type(state: LuaState, index: number): number;
    };
    lauxlib: {
      luaL_loadstring(state: LuaState, source: Uint8Array): number;
      luaL_newstate(): LuaState;
      luaL_requiref(state: LuaState, name: Uint8Array, open: LuaFunction, global: boolean): void;
    };
    lualib: { luaopen_base: LuaFunction; luaopen_table: LuaFunction };
  };
  export default fengari;
}
