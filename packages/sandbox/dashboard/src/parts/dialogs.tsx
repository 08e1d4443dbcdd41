/**
 * A dialog in the middle and a sheet at the side: the topmost is closed by Esc, the focus goes back to where it came
 * from, and what lies below is out of reach, for whoever sees it and for whoever hears it.
 */
import "@mantine/core/styles/Overlay.layer.css";
import "@mantine/core/styles/ModalBase.layer.css";
import "@mantine/core/styles/Modal.layer.css";
import "@mantine/core/styles/Drawer.layer.css";
import { Drawer, type DrawerProps, Modal, type ModalProps } from "@mantine/core";
import { useFocusBack } from "./focus.ts";
import { useLayer } from "./layers.ts";

const closeButtonProps = { "aria-label": "Close" };

// Mantine gives the focus back only from a dialog that was there, closed, before; ours are loaded when they are opened.
export function Dialog(props: ModalProps) {
  return <Modal {...useLayered(props)} {...props} />;
}

export function Sheet(props: DrawerProps) {
  return <Drawer {...useLayered(props)} {...props} />;
}

function useLayered({ opened, onClose }: Pick<ModalProps, "opened" | "onClose">) {
  useFocusBack(opened);
  const covered = useLayer(opened, onClose);
  // Esc is the layers' to tell: Mantine's own would close all that are open at once.
  return { closeButtonProps, returnFocus: false, closeOnEscape: false, trapFocus: !covered, inert: covered };
}
