/** Who somebody is: password and second factor, for log-in and again for what matters (contract sections 3 and 7). */
import { Refusal } from "../errors.ts";
import type { MemberRow, Seal, StateDatabase } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { createAttemptLimit } from "./attempts.ts";
import { type Member, toMember } from "./members.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { isCurrentCode } from "./second-factor.ts";
import { totpContext } from "./seed.ts";

/** What a member typed. */
export type Credentials = {
  readonly password: string;
  readonly code?: string | undefined;
};

export type Authentication = {
  /**
   * The member with this e-mail address, password and code.
   *
   * @throws Refusal 401 `second_factor_required` when the password is right and the code is missing,
   *   401 `authentication_failed` for everything else that is wrong, 429 after five failures.
   */
  logIn(email: string, credentials: Credentials): Promise<Member>;
  /** The member with an e-mail address, whoever types it: for the record of a log-in that fails. */
  memberOf(email: string): Promise<Member | undefined>;
  /** Proves a member again. Throws the same refusals, a missing code being a wrong one. */
  proveAgain(userId: string, credentials: Credentials): Promise<void>;
};

/** Authentication over the seeded members. */
export function createAuthentication(
  database: StateDatabase,
  seal: Seal,
  { clock, machineClock }: Pick<Surroundings, "clock" | "machineClock">,
): Authentication {
  const limit = createAttemptLimit(clock);
  const nobody = hashPassword("nobody has this password");

  async function prove(row: MemberRow | undefined, credentials: Credentials): Promise<MemberRow> {
    // An unknown address costs as much time as a known one, so that addresses can't be tried out.
    const right = await verifyPassword(credentials.password, row?.password_hash ?? (await nobody));
    if (row === undefined || !right) throw failed();
    if (credentials.code === undefined || credentials.code === "") throw codeMissing();
    const secret = seal.open(row.totp_secret_sealed, totpContext(row.user_id));
    if (!isCurrentCode(secret, credentials.code, machineClock())) throw codeWrong();
    return row;
  }

  function rowOf(email: string): Promise<MemberRow | undefined> {
    const query = database.selectFrom("members").selectAll().where("email", "=", plain(email));
    return query.executeTakeFirst();
  }

  async function limited(
    name: string,
    row: MemberRow | undefined,
    credentials: Credentials,
  ): Promise<Member> {
    const attempt = limit.begin(name);
    try {
      const member = toMember(await prove(row, credentials));
      attempt.forgive();
      return member;
    } catch (error) {
      // The password was right; asking for the code is the ordinary next step, not a guess.
      if (error instanceof Refusal && error.code === "second_factor_required") attempt.forgive();
      throw error;
    }
  }

  return {
    logIn: async (email, credentials) => limited(plain(email), await rowOf(email), credentials),
    memberOf: async (email) => {
      const row = await rowOf(email);
      return row === undefined ? undefined : toMember(row);
    },
    proveAgain: async (userId, credentials) => {
      const query = database.selectFrom("members").selectAll().where("user_id", "=", userId);
      const row = await query.executeTakeFirst();
      await limited(row?.email ?? userId, row, { ...credentials, code: credentials.code ?? "" }).catch(
        (error: unknown) => {
          throw error instanceof Refusal && error.code === "second_factor_required" ? failed() : error;
        },
      );
    },
  };
}

function plain(email: string): string {
  return email.trim().toLowerCase();
}

function failed(): Refusal {
  return new Refusal(
    401,
    "authentication_failed",
    "Authentication failed. Check the password and type the authenticator's current code.",
  );
}

/** Nothing is given away: who comes as far as the code was told that the password is right. */
function codeWrong(): Refusal {
  return new Refusal(
    401,
    "authentication_failed",
    "Authentication failed. The code is wrong, or its 30 seconds are over. Type the 6 digits that the authenticator shows now.",
  );
}

function codeMissing(): Refusal {
  return new Refusal(
    401,
    "second_factor_required",
    "The password is right. Type the 6-digit code of the authenticator too.",
  );
}
