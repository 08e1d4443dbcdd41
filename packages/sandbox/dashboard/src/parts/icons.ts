/** The icons of the dashboard's own places and deeds; what every page shares comes from `@annex/ui`. */
import type { Icon } from "@annex/ui";
import Apps from "@primer/octicons-react/AppsIcon";
import ArrowSwitch from "@primer/octicons-react/ArrowSwitchIcon";
import ArrowUpRight from "@primer/octicons-react/ArrowUpRightIcon";
import Bell from "@primer/octicons-react/BellIcon";
import Book from "@primer/octicons-react/BookIcon";
import Browser from "@primer/octicons-react/BrowserIcon";
import ChevronDown from "@primer/octicons-react/ChevronDownIcon";
import DeviceDesktop from "@primer/octicons-react/DeviceDesktopIcon";
import Download from "@primer/octicons-react/DownloadIcon";
import Flame from "@primer/octicons-react/FlameIcon";
import Gear from "@primer/octicons-react/GearIcon";
import History from "@primer/octicons-react/HistoryIcon";
import Law from "@primer/octicons-react/LawIcon";
import Moon from "@primer/octicons-react/MoonIcon";
import PaperAirplane from "@primer/octicons-react/PaperAirplaneIcon";
import People from "@primer/octicons-react/PeopleIcon";
import Play from "@primer/octicons-react/PlayIcon";
import Plus from "@primer/octicons-react/PlusIcon";
import ScreenFull from "@primer/octicons-react/ScreenFullIcon";
import ServerParts from "@primer/octicons-react/ServerIcon";
import SidebarExpand from "@primer/octicons-react/SidebarExpandIcon";
import SignOut from "@primer/octicons-react/SignOutIcon";
import SplitView from "@primer/octicons-react/SplitViewIcon";
import SquareCircle from "@primer/octicons-react/SquareCircleIcon";
import Sun from "@primer/octicons-react/SunIcon";
import ThreeBars from "@primer/octicons-react/ThreeBarsIcon";
import Trash from "@primer/octicons-react/TrashIcon";
import Upload from "@primer/octicons-react/UploadIcon";

// Places
export const AppsIcon: Icon = Apps;
export const DeliveriesIcon: Icon = PaperAirplane;
export const LedgersIcon: Icon = Book;
export const BalancesIcon: Icon = Law;
export const TransactionsIcon: Icon = ArrowSwitch;
export const IdentitiesIcon: Icon = People;
export const AlertsIcon: Icon = Bell;
export const AuditIcon: Icon = History;
export const InstancesIcon: Icon = ServerParts;
export const DaysIcon: Icon = Flame;
export const SettingsIcon: Icon = Gear;

// Deeds
export const CreateIcon: Icon = Plus;
export const DeleteIcon: Icon = Trash;
export const ExportIcon: Icon = Download;
export const InstallIcon: Icon = Download;
export const LogOutIcon: Icon = SignOut;
export const MenuIcon: Icon = ThreeBars;
export const OpenElsewhereIcon: Icon = ArrowUpRight;
export const SendIcon: Icon = PaperAirplane;
export const StartIcon: Icon = Play;
export const StopIcon: Icon = SquareCircle;
export const SwitchIcon: Icon = ChevronDown;
export const UploadIcon: Icon = Upload;

// Themes
export const DarkIcon: Icon = Moon;
export const LightIcon: Icon = Sun;
export const SystemIcon: Icon = DeviceDesktop;

// Sizes of the launched app
export const FloatingIcon: Icon = Browser;
export const DockedIcon: Icon = SidebarExpand;
export const ExpandedIcon: Icon = SplitView;
export const FullScreenIcon: Icon = ScreenFull;
