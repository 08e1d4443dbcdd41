/** Log-in in two steps: email and password, then the second factor. */
import { Notice } from "@annex/ui";
import { Box, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useEffect, useEffectEvent, useState } from "react";
import { Navigate, useLocation } from "react-router";
import { ApiError } from "../api/http.ts";
import { useLogIn, useSessionQuery } from "../api/queries.ts";
import { Mark } from "../parts/mark.tsx";
import { useDocumentTitle } from "../parts/page.tsx";
import { CodeInput } from "./proof-fields.tsx";
import "./login.css";

export default function LoginPage() {
  useDocumentTitle("Log in");
  const session = useSessionQuery();
  const location = useLocation();
  if (session.data) return <Navigate to={destination(location.state)} replace />;
  return (
    <main className="annex-login">
      <div className="annex-card annex-login-card">
        <Mark size={36} />
        <Title order={1} mt="md">
          Log in to the local Cloud
        </Title>
        <Text c="dimmed" size="sm" mt={4} mb="lg">
          The demo members, their passwords and second factors were printed where it was started. A code for
          now:{" "}
          <code className="annex-identifier" translate="no">
            npx annex code Admin
          </code>
        </Text>
        {hasEnded(location.state) ? (
          <Box mb="md">
            <Notice tone="warning" title="Your log-in has ended" live>
              Log in again; the page you were on opens as it was.
            </Notice>
          </Box>
        ) : null}
        <LoginForm />
      </div>
    </main>
  );
}

/** Whether somebody was thrown out, rather than new here or gone by himself. */
function hasEnded(state: unknown): boolean {
  return typeof state === "object" && state !== null && "ended" in state && state.ended === true;
}

function destination(state: unknown): string {
  const from = typeof state === "object" && state !== null && "from" in state ? state.from : undefined;
  return typeof from === "string" && from.startsWith("/") && !from.startsWith("//") ? from : "/";
}

const completePauseMilliseconds = 1000;

function LoginForm() {
  const logIn = useLogIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const wantsCode = logIn.error instanceof ApiError && logIn.error.code === "second_factor_required";
  const [step, setStep] = useState<"password" | "code">("password");
  const onCodeStep = step === "code";

  const send = () =>
    logIn.mutate(onCodeStep ? { email, password, code } : { email, password }, {
      onError: (error) => {
        if (error instanceof ApiError && error.code === "second_factor_required") setStep("code");
        else setCode("");
      },
    });
  const sendLater = useEffectEvent(send);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  // All six digits say all there is to say; whoever presses the button himself is not made to wait.
  const complete = onCodeStep && code.length === 6 && !logIn.isPending;
  useEffect(() => {
    if (!complete) return;
    const timer = setTimeout(sendLater, completePauseMilliseconds);
    return () => clearTimeout(timer);
  }, [complete]);
  const back = () => {
    setStep("password");
    setCode("");
    logIn.reset();
  };

  return (
    <form onSubmit={submit} aria-label="Log in">
      <Stack gap="md" className="annex-login-fields">
        {onCodeStep ? (
          <>
            <Text size="sm">
              Password accepted for <strong>{email}</strong>.
            </Text>
            <CodeInput code={code} onChange={setCode} autoFocus />
          </>
        ) : (
          <>
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              // The page has one purpose, and this is its first field.
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              required
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              required
            />
          </>
        )}
        {logIn.error && !wantsCode ? <LoginFailure error={logIn.error} onCodeStep={onCodeStep} /> : null}
        <Button type="submit" fullWidth size="md" loading={logIn.isPending}>
          {onCodeStep ? "Log in" : "Continue"}
        </Button>
        {onCodeStep ? (
          <Button variant="subtle" fullWidth onClick={back}>
            Use another account
          </Button>
        ) : null}
      </Stack>
    </form>
  );
}

function LoginFailure({ error, onCodeStep }: { readonly error: Error; readonly onCodeStep: boolean }) {
  if (error instanceof ApiError && error.code === "authentication_failed") {
    return (
      <Notice tone="danger" title="Authentication failed" live>
        {onCodeStep
          ? "The code is wrong, or its 30 seconds are over. Type the 6 digits that your authenticator app shows now."
          : "Email or password is not right. Both are printed where the local Cloud was started."}
      </Notice>
    );
  }
  return (
    <Notice tone="danger" title="You could not be logged in" live>
      {error.message}
    </Notice>
  );
}
