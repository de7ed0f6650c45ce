// The statements of a signed-in request under row-level security: one transaction, which is told
// of the viewer. It begins with the first statement, on a connection that nobody else uses until
// it ends, and what begins it travels with that statement: settings cost no round trip.

import postgres from "postgres";

import { prepared, sql } from "./database.mjs";

const SETTINGS =
  "select set_config('azora.user_id', $1, true), set_config('azora.role', $2, true)";

const nothing = () => {};

export class Transaction {
  #viewer;
  #connection;
  #begun;
  #changes = false;
  #isOver = false;

  constructor(viewer) {
    this.#viewer = viewer;
  }

  async run(text, parameters) {
    // Resolvers may go on after an answer that an error has cut short.
    if (!this.#isOver) {
      const connection = await (this.#connection ??= this.#begin());
      if (!this.#isOver) {
        const [rows] = await Promise.all([prepared(connection, text, parameters), this.#begun]);
        return rows;
      }
    }
    throw new Error("The request is over.");
  }

  /** As `run`, for a statement whose outcome is certain only after the commit. */
  change(text, parameters) {
    this.#changes = true;
    return this.run(text, parameters);
  }

  /** To be called when all is resolved; the answer waits for a commit of changes alone. */
  finish(errors) {
    const end = this.#end(errors ? "rollback" : "commit");
    if (this.#changes && !errors) return end;
    end.catch(nothing);
  }

  abandon() {
    this.#end("rollback").catch(nothing);
  }

  /** Waits for a connection where all are in use; what follows is sent without waiting. */
  async #begin() {
    const connection = await sql.reserve();
    const { userId, role } = this.#viewer;
    this.#begun = Promise.all([
      connection.unsafe("begin"),
      prepared(connection, SETTINGS, [userId, role]),
    ]);
    // If nobody asks any more.
    this.#begun.catch(nothing);
    return connection;
  }

  async #end(how) {
    if (this.#isOver) return;
    this.#isOver = true;
    const connection = await this.#connection?.catch(nothing);
    if (connection === undefined) return;
    try {
      await connection.unsafe(how);
      connection.release();
    } catch (error) {
      // A connection that is lost has gone back to the driver already.
      if (error instanceof postgres.PostgresError) connection.release();
      throw error;
    }
  }
}
