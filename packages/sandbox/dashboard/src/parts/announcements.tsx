/** Where announcements appear; loaded with the first of them, by `announce.tsx`. */
import "@mantine/core/styles/Notification.layer.css";
import "@mantine/notifications/styles.layer.css";
import { Notifications } from "@mantine/notifications";

export default function Announcements() {
  return <Notifications position="bottom-left" autoClose={5000} />;
}
