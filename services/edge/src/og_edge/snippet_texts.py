"""The code of snippets.py, with @names for what differs.

In frameworks the page's own URL is asked of the framework and encoded by its own means, so that
one piece of code serves every page. A card's URL up to there (@prefix) holds no character that
any of these languages reads as its own, but "&" in HTML (@html_prefix).
"""

from __future__ import annotations

from typing import Final

HTML: Final = """\
<meta property="og:image" content="@html_url">
<meta property="og:image:width" content="@width">
<meta property="og:image:height" content="@height">
<meta property="og:image:alt" content="@html_title">
<meta name="twitter:card" content="@twitter_card">
<meta name="twitter:image" content="@html_url">
"""

NEXT: Final = """\
import type { Metadata } from "next";

@next_signature
  const title = @js_title; // this page's own
@next_page
  const image =
    "@prefix" +
    encodeURIComponent(page);
  return {
    title,
    openGraph: {
      title,
      images: [{ url: image, width: @width, height: @height, alt: title }],
    },
    twitter: {
      card: "@twitter_card",
      images: [{ url: image, alt: title }],
    },
  };
}
"""

NEXT_SIGNATURE: Final = "export async function generateMetadata(): Promise<Metadata> {"
NEXT_PAGE: Final = '  const page = new URL("@path", "@origin").href;'
NEXT_SLUG_SIGNATURE: Final = """\
type Props = { params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {"""
NEXT_SLUG_PAGE: Final = """\
  const { slug } = await params;
  const page = new URL(`@folder${slug}@slash`, "@origin").href;"""

NUXT: Final = """\
<script setup lang="ts">
const title = @js_title; // the page's own
const route = useRoute();
const image = computed(() => {
  const page = new URL(route.path, "@origin").href;
  return (
    "@prefix" +
    encodeURIComponent(page)
  );
});

useSeoMeta({
  ogImage: image,
  ogImageWidth: @width,
  ogImageHeight: @height,
  ogImageAlt: title,
  twitterCard: "@twitter_card",
  twitterImage: image,
});
</script>
"""

ASTRO: Final = """\
---
const { title } = Astro.props;
const page = new URL(Astro.url.pathname, "@origin").href;
const image =
  "@prefix" +
  encodeURIComponent(page);
---
<meta property="og:image" content={image} />
<meta property="og:image:width" content="@width" />
<meta property="og:image:height" content="@height" />
<meta property="og:image:alt" content={title} />
<meta name="twitter:card" content="@twitter_card" />
<meta name="twitter:image" content={image} />
"""

HUGO: Final = """\
{{- $image := print "@prefix" (urlquery .Permalink) }}
<meta property="og:image" content="{{ $image }}">
<meta property="og:image:width" content="@width">
<meta property="og:image:height" content="@height">
<meta property="og:image:alt" content="{{ .Title }}">
<meta name="twitter:card" content="@twitter_card">
<meta name="twitter:image" content="{{ $image }}">
"""

JEKYLL: Final = """\
{%- assign page_url = page.url | absolute_url | url_encode %}
<meta property="og:image" content="@html_prefix{{ page_url }}">
<meta property="og:image:width" content="@width">
<meta property="og:image:height" content="@height">
<meta property="og:image:alt" content="{{ page.title | default: site.title | escape }}">
<meta name="twitter:card" content="@twitter_card">
<meta name="twitter:image" content="@html_prefix{{ page_url }}">
"""

WORDPRESS: Final = """\
add_action( 'wp_head', function () {
	global $wp;
	$page  = is_singular() ? get_permalink( get_queried_object_id() ) : home_url( user_trailingslashit( $wp->request ) );
	$image = esc_attr( '@prefix' . rawurlencode( $page ) );
	$title = esc_attr( wp_get_document_title() );
	echo <<<TAGS
<meta property="og:image" content="$image">
<meta property="og:image:width" content="@width">
<meta property="og:image:height" content="@height">
<meta property="og:image:alt" content="$title">
<meta name="twitter:card" content="@twitter_card">
<meta name="twitter:image" content="$image">

TAGS;
} );
"""  # noqa: E501 - a line of somebody else's house style

SHOPIFY: Final = """\
{%- assign page_url = canonical_url | url_encode -%}
<meta property="og:image" content="@html_prefix{{ page_url }}">
<meta property="og:image:width" content="@width">
<meta property="og:image:height" content="@height">
<meta property="og:image:alt" content="{{ page_title | escape }}">
<meta name="twitter:card" content="@twitter_card">
<meta name="twitter:image" content="@html_prefix{{ page_url }}">
"""
