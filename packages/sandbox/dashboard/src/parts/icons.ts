/**
 * The dashboard's icons, named by what they mean here, so that one thing has one
 * icon on every page. The package's own types do not resolve in a project of ES
 * modules; the type below stands in, and demands what every icon here needs.
 */
import * as octicons from "@primer/octicons-react";
import type { ComponentType } from "react";

/** An icon is decoration: the words beside it, or its button's name, carry the meaning. */
type Icon = ComponentType<{
  /** Height and width in CSS pixels. */
  readonly size: number;
  readonly "aria-hidden": true;
}>;

// Places
export const AppsIcon: Icon = octicons.AppsIcon;
export const DeliveriesIcon: Icon = octicons.PaperAirplaneIcon;
export const LedgersIcon: Icon = octicons.BookIcon;
export const BalancesIcon: Icon = octicons.LawIcon;
export const TransactionsIcon: Icon = octicons.ArrowSwitchIcon;
export const IdentitiesIcon: Icon = octicons.PeopleIcon;
export const AlertsIcon: Icon = octicons.BellIcon;
export const AuditIcon: Icon = octicons.HistoryIcon;
export const InstancesIcon: Icon = octicons.ServerIcon;

// Actions
export const CloseIcon: Icon = octicons.XIcon;
export const CopyIcon: Icon = octicons.CopyIcon;
export const CreateIcon: Icon = octicons.PlusIcon;
export const DeleteIcon: Icon = octicons.TrashIcon;
export const InstallIcon: Icon = octicons.DownloadIcon;
export const LogOutIcon: Icon = octicons.SignOutIcon;
export const MenuIcon: Icon = octicons.ThreeBarsIcon;
export const NextIcon: Icon = octicons.ChevronRightIcon;
export const OpenElsewhereIcon: Icon = octicons.ArrowUpRightIcon;
export const PreviousIcon: Icon = octicons.ChevronLeftIcon;
export const RetryIcon: Icon = octicons.SyncIcon;
export const SearchIcon: Icon = octicons.SearchIcon;
export const SendIcon: Icon = octicons.PaperAirplaneIcon;
export const StartIcon: Icon = octicons.PlayIcon;
export const StopIcon: Icon = octicons.SquareCircleIcon;
export const SwitchIcon: Icon = octicons.ChevronDownIcon;
export const UploadIcon: Icon = octicons.UploadIcon;

// Themes
export const DarkIcon: Icon = octicons.MoonIcon;
export const LightIcon: Icon = octicons.SunIcon;
export const SystemIcon: Icon = octicons.DeviceDesktopIcon;

// Sizes of the launched app
export const FloatingIcon: Icon = octicons.BrowserIcon;
export const DockedIcon: Icon = octicons.SidebarExpandIcon;
export const ExpandedIcon: Icon = octicons.SplitViewIcon;
export const FullScreenIcon: Icon = octicons.ScreenFullIcon;

// States
export const BadIcon: Icon = octicons.XCircleIcon;
export const BrokenIcon: Icon = octicons.UnlinkIcon;
export const DoneIcon: Icon = octicons.CheckIcon;
export const EmptyIcon: Icon = octicons.InboxIcon;
export const ForbiddenIcon: Icon = octicons.LockIcon;
export const GoodIcon: Icon = octicons.CheckCircleIcon;
export const NoteIcon: Icon = octicons.InfoIcon;
export const WaitIcon: Icon = octicons.AlertIcon;
