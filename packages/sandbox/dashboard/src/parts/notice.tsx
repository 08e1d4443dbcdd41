import type { Tone } from "./badges.tsx";
import { BadIcon, GoodIcon, NoteIcon, WaitIcon } from "./icons.ts";

const icons = {
  good: GoodIcon,
  wait: WaitIcon,
  bad: BadIcon,
  note: NoteIcon,
  quiet: NoteIcon,
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
