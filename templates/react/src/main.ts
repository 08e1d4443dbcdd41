import { serve } from "@annex/app";
import { app } from "./app.ts";

await serve(app);
