/** What the shop sells. A kind is a category; prices in cents. */
export interface ProductKind {
  slug: string
  name: string
  noun: string
  fromCents: number
  toCents: number
}

const kind = (name: string, noun: string, fromEuro: number, toEuro: number): ProductKind => ({
  slug: name.toLowerCase().replaceAll(' ', '-'),
  name,
  noun,
  fromCents: fromEuro * 100,
  toCents: toEuro * 100,
})

export const PRODUCT_KINDS: readonly ProductKind[] = [
  kind('Office chairs', 'Office Chair', 79, 649),
  kind('Desks', 'Desk', 119, 899),
  kind('Desk lamps', 'Desk Lamp', 19, 189),
  kind('Bookshelves', 'Bookshelf', 49, 399),
  kind('Sofas', 'Sofa', 299, 2_499),
  kind('Rugs', 'Rug', 29, 599),
  kind('Curtains', 'Curtain', 15, 149),
  kind('Bed linen', 'Duvet Set', 29, 199),
  kind('Cookware', 'Saucepan', 24, 229),
  kind('Kitchen knives', 'Chef Knife', 19, 279),
  kind('Coffee makers', 'Coffee Maker', 39, 1_199),
  kind('Kettles', 'Kettle', 19, 149),
  kind('Toasters', 'Toaster', 25, 179),
  kind('Headphones', 'Headphones', 29, 449),
  kind('Speakers', 'Speaker', 39, 799),
  kind('Keyboards', 'Keyboard', 25, 259),
  kind('Monitors', 'Monitor', 129, 1_299),
  kind('Webcams', 'Webcam', 29, 249),
  kind('Backpacks', 'Backpack', 29, 229),
  kind('Running shoes', 'Running Shoes', 59, 199),
  kind('Rain jackets', 'Rain Jacket', 49, 349),
  kind('Sweaters', 'Sweater', 29, 189),
  kind('Sunglasses', 'Sunglasses', 19, 259),
  kind('Watches', 'Watch', 49, 899),
  kind('Bicycles', 'Bicycle', 299, 2_999),
  kind('Tents', 'Tent', 79, 899),
  kind('Yoga mats', 'Yoga Mat', 15, 99),
  kind('Board games', 'Board Game', 12, 89),
  kind('Notebooks', 'Notebook', 4, 39),
  kind('Fountain pens', 'Fountain Pen', 12, 349),
]

export const MATERIALS = ['Oak', 'Steel', 'Linen', 'Walnut', 'Ceramic', 'Bamboo', 'Aluminium', 'Cork', 'Wool', 'Glass']
