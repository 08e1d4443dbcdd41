import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from "@tabler/icons-react";
import type { Tone } from "./badges.tsx";

const icons = {
  good: IconCircleCheck,
  wait: IconAlertTriangle,
  bad: IconCircleX,
  note: IconInfoCircle,
  quiet: IconInfoCircle,
} as const;

type NoticeProps = {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: React.ReactNode;
  /** Read aloud when it appears: for what the user has just caused. */
  readonly live?: boolean;
};

/** A short message within a page: what is, and what to do next. */
export function Notice({ tone, title, children, live = false }: NoticeProps) {
  const Icon = icons[tone];
  return (
    <div className="annex-notice" data-tone={tone} {...(live ? { role: "alert" } : {})}>
      <Icon size={18} aria-hidden />
      <div>
        {title === undefined ? null : <strong>{title}</strong>}
        {children === undefined ? null : <div>{children}</div>}
      </div>
    </div>
  );
}
