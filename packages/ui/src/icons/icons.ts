/**
 * Icons, named by what they mean here, so that one thing has one icon on every page. Each comes from a file of its
 * own, so that a page pays for those it shows. The package's own types do not resolve in a project of ES modules; the
 * type below stands in, and demands what every icon here needs.
 */
import Alert from "@primer/octicons-react/AlertIcon";
import Bug from "@primer/octicons-react/BugIcon";
import CheckCircle from "@primer/octicons-react/CheckCircleIcon";
import Check from "@primer/octicons-react/CheckIcon";
import ChevronDown from "@primer/octicons-react/ChevronDownIcon";
import ChevronLeft from "@primer/octicons-react/ChevronLeftIcon";
import ChevronRight from "@primer/octicons-react/ChevronRightIcon";
import Clock from "@primer/octicons-react/ClockIcon";
import CloudOffline from "@primer/octicons-react/CloudOfflineIcon";
import Copy from "@primer/octicons-react/CopyIcon";
import Hourglass from "@primer/octicons-react/HourglassIcon";
import Inbox from "@primer/octicons-react/InboxIcon";
import Info from "@primer/octicons-react/InfoIcon";
import Key from "@primer/octicons-react/KeyIcon";
import Lock from "@primer/octicons-react/LockIcon";
import Package from "@primer/octicons-react/PackageIcon";
import Search from "@primer/octicons-react/SearchIcon";
import Server from "@primer/octicons-react/ServerIcon";
import ShieldX from "@primer/octicons-react/ShieldXIcon";
import Sync from "@primer/octicons-react/SyncIcon";
import Unlink from "@primer/octicons-react/UnlinkIcon";
import XCircle from "@primer/octicons-react/XCircleIcon";
import X from "@primer/octicons-react/XIcon";
import type { ComponentType } from "react";

/** An icon is decoration: the words beside it, or its button's name, carry the meaning. */
export type Icon = ComponentType<{
  /** Height and width in CSS pixels. */
  readonly size: number;
  readonly "aria-hidden": "true" | true;
  readonly className?: string | undefined;
}>;

// Tones
export const InfoIcon: Icon = Info;
export const SuccessIcon: Icon = CheckCircle;
export const WarningIcon: Icon = Alert;
export const DangerIcon: Icon = XCircle;

// Actions
export const CloseIcon: Icon = X;
export const CopyIcon: Icon = Copy;
export const DoneIcon: Icon = Check;
export const NextIcon: Icon = ChevronRight;
export const OpenIcon: Icon = ChevronDown;
export const PreviousIcon: Icon = ChevronLeft;
export const RetryIcon: Icon = Sync;
export const SearchIcon: Icon = Search;

// What is, and what went wrong
export const BrokenIcon: Icon = Unlink;
export const EmptyIcon: Icon = Inbox;
export const ExpiredIcon: Icon = Clock;
export const FaultIcon: Icon = Bug;
export const ForbiddenIcon: Icon = Lock;
export const RefusedUserIcon: Icon = ShieldX;
export const RevokedKeyIcon: Icon = Key;
export const StoppedInstanceIcon: Icon = Server;
export const UninstalledIcon: Icon = Package;
export const UnreachableIcon: Icon = CloudOffline;
export const WaitingIcon: Icon = Hourglass;
