/** A dialog in the middle and a sheet at the side: closed by Esc, the focus goes back to where it came from. */
import "@mantine/core/styles/Overlay.layer.css";
import "@mantine/core/styles/ModalBase.layer.css";
import "@mantine/core/styles/Modal.layer.css";
import "@mantine/core/styles/Drawer.layer.css";
import { Drawer, type DrawerProps, Modal, type ModalProps } from "@mantine/core";
import { useFocusBack } from "./focus.ts";

const closeButtonProps = { "aria-label": "Close" };

// Mantine gives the focus back only from a dialog that was there, closed, before; ours are loaded when they are opened.
export function Dialog(props: ModalProps) {
  useFocusBack(props.opened);
  return <Modal closeButtonProps={closeButtonProps} returnFocus={false} {...props} />;
}

export function Sheet(props: DrawerProps) {
  useFocusBack(props.opened);
  return <Drawer closeButtonProps={closeButtonProps} returnFocus={false} {...props} />;
}
