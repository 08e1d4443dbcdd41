/** For a replica that is to be on a machine of its own: nobody on another one can see whether its process lives. */

import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.hostname = () => process.env["KILLS_HOST"] ?? "nowhere";
syncBuiltinESMExports();
