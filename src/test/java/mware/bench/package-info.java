/** Comparisons with real peers, measured in one run: {@code ./mware bench NAME}. */
package mware.bench;
