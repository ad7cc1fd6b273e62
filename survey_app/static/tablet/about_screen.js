// What officers must know; all of it stands in the template.

import { piece, show } from "./screens.js";

export const showAbout = async () => void show(piece("about"));
