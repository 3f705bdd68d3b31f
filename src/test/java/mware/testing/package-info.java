/** The real peers that tests start, and what they share; everything ends with the test that started it. */
package mware.testing;
