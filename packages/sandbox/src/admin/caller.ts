/** Who calls the admin API: whoever has the token in the run file, and nobody else. */
export type AdminCaller = "admin";
