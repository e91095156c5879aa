/** In which the proxy tells pages their own address: a layout cannot ask Next for it. */
export const PATH_HEADER = 'x-freshet-path'
