import { type ComponentPropsWithRef, type ComponentType, Suspense, useState } from "react";

/** What a menu gives its button; a menu of Mantine hands it on whole. */
export type MenuButtonProps = Pick<
  ComponentPropsWithRef<"button">,
  "onClick" | "aria-haspopup" | "aria-expanded" | "ref"
>;

type LateMenuProps = {
  readonly button: ComponentType<MenuButtonProps>;
  /** The menu with the same button in it; it opens as soon as it is there. */
  readonly menu: ComponentType;
};

/** A menu that is loaded when its button is first pressed: what places it is a tenth of the first page. */
export function LateMenu({ button: MenuButton, menu: Menu }: LateMenuProps) {
  const [pressed, setPressed] = useState(false);
  const closed = <MenuButton aria-haspopup="menu" aria-expanded={false} onClick={() => setPressed(true)} />;
  return pressed ? (
    <Suspense fallback={closed}>
      <Menu />
    </Suspense>
  ) : (
    closed
  );
}
